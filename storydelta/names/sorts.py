"""What a name can stand for."""

STATE, GROUP, BODY, PERSON = "state", "group", "body", "person"
