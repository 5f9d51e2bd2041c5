"""The words of BI-RADS, and that a protocol takes them."""

import pytest

from studies.design.errors import DesignError
from studies.design.lexicon import FINDINGS, finding_options
from studies.design.protocol import protocol_check, question_by_key
from studies.design.templates import paper_protocol


def test_protocol_with_all_findings_is_valid():
    protocol = paper_protocol(findings=FINDINGS)
    protocol_check(protocol)
    options = question_by_key(protocol, "marks")["options"]
    assert [option["value"] for option in options] == ["mass", "calcification", "distortion", "asymmetry"]


def test_each_finding_has_the_descriptors_of_the_lexicon():
    described = {
        option["value"]: [d["key"] for d in option.get("descriptors", [])] for option in finding_options()
    }
    assert described == {
        "mass": ["shape", "margin", "density"],
        "calcification": ["morphology", "distribution"],
        "distortion": [],
        "asymmetry": ["kind"],
    }
    (mass,) = finding_options(["mass"])
    assert [one["value"] for one in mass["descriptors"][1]["options"]] == [
        "circumscribed", "obscured", "microlobulated", "indistinct", "spiculated",
    ]  # fmt: skip


def test_findings_without_descriptors_can_be_asked():
    assert all("descriptors" not in option for option in finding_options(described=False))


def test_descriptor_that_comes_twice_is_refused():
    protocol = paper_protocol()
    descriptors = question_by_key(protocol, "marks")["options"][0]["descriptors"]
    descriptors.append(descriptors[0])
    with pytest.raises(DesignError, match="shape more than once"):
        protocol_check(protocol)
