"""What a study asks and fixes: one JSON document, checked, hashed, and unchangeable once locked."""

from studies.design.protocol.body import Protocol, protocol_check, protocol_hash
from studies.design.protocol.questions import question_by_key, questions_check

__all__ = ["Protocol", "protocol_check", "protocol_hash", "question_by_key", "questions_check"]
