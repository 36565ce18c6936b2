"""Names: which a sentence has, and whether a source has them too."""

import pytest

from rag.terms import tokenise
from rag.verification.gazetteer import known_names, states
from rag.verification.name_index import index_names
from rag.verification.names import capitals_of, names_of


def names(text: str, capitals: frozenset[str] = frozenset()) -> set[str]:
    return {name.text for name in names_of(text, capitals)}


def stands(claim: str, source: str) -> bool:
    """Whether every name of a claim stands in a source."""
    found = names_of(claim)
    assert found
    return all(index_names(source).has(name) for name in found)


def test_english_names_are_capitalised_words_within_a_sentence() -> None:
    assert names("The summit was led by Emomali Rahmon in May.") == {"Emomali", "Rahmon"}


def test_the_first_word_is_a_name_if_no_dictionary_or_the_passages_say_so() -> None:
    assert names("Putin spoke.") == {"Putin"}
    assert names("Work started.") == set()
    assert names("Young spoke.", frozenset({"Young"})) == {"Young"}


def test_titles_months_and_particles_are_no_names() -> None:
    assert names("The Prime Minister met the President on Monday in March.") == set()


def test_arabic_names_are_known_introduced_or_in_no_dictionary() -> None:
    assert names("زار ستانيسلاف زاس موسكو") == {"ستانيسلاف", "زاس", "موسكو"}
    assert names("قال الرئيس حسني مبارك ذلك") == {"حسني", "مبارك"}
    assert names("عادت عضويتها وقدراتها إلى بلادهم") == set()


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("قال بوركهارت ذلك.", "It was Burckhardt who said so."),
        ("كان لوكاشينكو هناك.", "Alexander Lukashenko was there."),
        ("حفرها فرديناند ديليسبس.", "Ferdinand de Lesseps dug it."),
        ("She met Aubakirov there.", "والتقت أوباكيروف هناك"),
        ("It was Nasser who spoke.", "كان ناصر هو المتكلم"),
        ("It is in the Aralkum now.", "وهي اليوم في آرال قوم"),
        ("They met in Egypt.", "اجتمعوا في مصر"),
        ("عقد الاجتماع في الولايات المتحدة.", "The meeting was held in the U.S. capital."),
        ("قال مسؤولون روس وألمان ذلك في موسكو.", "Russian officials in Moscow; Germany agreed."),
        ("Russia pays for it.", "Moscow pays for it."),
        ("واشنطن تنسحب.", "The United States withdraws."),
    ],
)
def test_a_name_is_met_across_scripts(claim: str, source: str) -> None:
    assert stands(claim, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("قال لافروف ذلك.", "It was Lukashenko who said so."),
        ("It was Hadrian who came.", "جاء الإمبراطور تراجان"),
        ("They met in Algeria.", "اجتمعوا في تونس"),
        ("The talks were held in Moscow.", "The talks were held in Russia."),
        ("المستشرق الألماني", "the Swiss orientalist"),
    ],
)
def test_another_name_is_not_met(claim: str, source: str) -> None:
    assert not stands(claim, source)


def test_the_longest_known_name_wins_whatever_is_written_onto_it() -> None:
    found = known_names(tokenise("وللولايات المتحدة والأمم المتحدة"))
    assert [[place.id for place in places] for _, _, places in found] == [["us"], ["un"]]


def test_a_capital_may_be_said_for_its_country_but_not_the_other_way_round() -> None:
    ((_, _, moscow),) = known_names(["Moscow"])
    ((_, _, russia),) = known_names(["Russia"])
    assert states(moscow, russia)
    assert not states(russia, moscow)


def test_capitals_are_collected_from_mid_sentence_only() -> None:
    assert capitals_of(["Work began. The Nile rose."]) == {"Nile"}
