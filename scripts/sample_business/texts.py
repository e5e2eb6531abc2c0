"""Free text as people write it: with names, addresses and telephone numbers in the middle."""

from sample_business.chance import Chance
from sample_business.people import Parent, Person, Student, Teacher

_TOPICS = {
    "Math": "Vectors Surds Matrices Probability",
    "Physics": "Momentum Optics Circuits Waves",
    "Chemistry": "Moles Alkanes Redox Titration",
    "Biology": "Osmosis Genetics Enzymes Mitosis",
    "IT": "Databases Networks Loops Spreadsheets",
    "Geography": "Rivers Deserts Migration Volcanoes",
}


def phone(chance: Chance) -> str:
    """Return a telephone number from a range that is reserved for fiction."""
    return chance.pick(("+1 202 555 01", "+44 7700 9000", "(020) 7946 00")) + chance.digits(2)


def payment_note(parent: Parent, teacher: Teacher, chance: Chance) -> str | None:
    """Return what the office wrote beside a payment, if it wrote anything."""
    payer, receiver = parent.person, teacher.person
    return chance.pick(
        (
            None,
            None,
            "",
            f"Cash, handed over by {payer.name}",
            f"{payer.first_name} will pay the rest on Sunday, call {phone(chance)}",
            f"receipt sent to {payer.email.lower()} 👍",
            f"Transfer «{receiver.last_name or receiver.first_name}»; ref. {chance.digits(10)}",
            f"Paid by grandfather\t({payer.last_name}, {phone(chance)})\nkeep the envelope",
            r"see C:\office\receipts" + f"\\{payer.plain}.pdf",
            f"{payer.first_name} → {receiver.first_name}: 100%, 'final' {{ok}} $1 :amount",
        )
    )


def note_texts(
    student: Student, teacher: Teacher, subject: str, note_type: str, chance: Chance
) -> tuple[str, str | None, str]:
    """Return name, description and URL of material that a teacher left for a student."""
    who, topic = student.person, chance.pick(_TOPICS[subject].split())
    kind = note_type.replace("_", " ").lower()
    description = chance.pick(
        (
            None,
            "",
            f"{who.first_name}, please finish before Thursday. {teacher.person.first_name}",
            f"For {who.name} only. Questions: {teacher.person.email} or {phone(chance)}",
            f"{topic}: x² + 2x ≤ 7; ½ of it is enough 🙂\n\n    {teacher.person.name}",
            f'Ask your parents ({student.parent.person.first_name}) to "sign" page 2 \\ 3',
            f"<p>{topic}</p> NULL \\N ; -- {who.last_name}",
        )
    )
    url = f"https://files.example.org/{who.plain}/{topic.lower()}-{chance.token(6)}.pdf"
    if chance.often(0.2):
        url += f"?for={who.email}&token={chance.token(20)}"
    return f"{topic} {kind} for {who.first_name}", description, url


def meeting(
    teacher: Person, link_type: str, chance: Chance
) -> tuple[str, str, str | None, str | None]:
    """Return type, URL, number and pass code of a place to meet."""
    if link_type == "GOOGLE_MEET":
        code = "-".join(chance.letters(length) for length in (3, 4, 3))
        return link_type, f"https://meet.example.com/{code}", None, None
    number, code = chance.digits(11), chance.token(6)
    url = f"https://zoom.example.com/j/{number}?pwd={chance.token(24)}"
    if chance.often(0.25):
        return link_type, f"https://zoom.example.com/my/{teacher.plain}", None, ""
    return link_type, url, number, code
