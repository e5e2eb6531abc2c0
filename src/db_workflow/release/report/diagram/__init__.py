"""The entity-relationship diagram: what is drawn, where it stands, how it is connected."""
