"""The invented business behind the stand-in production: its people, lessons and history.

Every value is a pure function of the number of students: no clock, no server default, no
random identifier. Nobody in it exists; addresses and telephone numbers are of the kinds that are
reserved for examples.
"""
