"""The editors' desk in a browser, over a real collection: the key, files, articles, readers."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Locator, Page, expect
from pydantic import SecretStr

from rag.settings import load_settings
from server.app import create_app
from tests.browser.pages.conftest import KEY, OpenPage
from tests.fakes import ARTICLES, open_engine
from tests.server.desk import shared_service
from tests.server.running import serving

pytestmark = pytest.mark.slow

CANAL = "---\nid: canal-ar\ntitle: {}\nlanguage: ar\n---\nافتُتحت قناة السويس في 17 نوفمبر 1869."
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def desk_site(tmp_path: Path) -> Iterator[str]:
    """The address of a server with editors, whose collection holds a few articles."""
    engine = open_engine(tmp_path)
    engine.ingester.add(ARTICLES)
    settings = load_settings(home=tmp_path).model_copy(update={"admin_key": SecretStr(KEY)})
    service = shared_service(engine)
    with serving(create_app(settings, service, engine.ingester)) as (host, port):
        yield f"http://{host}:{port}"
    service.close()
    engine.ingester.close()


@pytest.fixture
def desk(open_page: OpenPage, desk_site: str) -> Page:
    """The desk, opened with the key."""
    page = open_page("/admin?lang=en", at=desk_site)
    _enter(page, KEY)
    expect(page.locator("#desk")).to_be_visible()
    return page


def _enter(page: Page, key: str) -> None:
    page.get_by_label("Editors’ key").fill(key)
    page.get_by_role("button", name="Enter").click()


def _part(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def _send(page: Page, *files: tuple[str, str]) -> None:
    payloads = [{"name": n, "mimeType": "text/plain", "buffer": t.encode()} for n, t in files]
    # Its stubs want a type of their own for what is a plain dictionary.
    page.get_by_label("Choose files").set_input_files(payloads)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("another-key-of-16", "The key is wrong."),
        ("", "Write the key first."),
        ("مفتاح", "A key has letters, digits and signs"),
    ],
)
def test_a_wrong_key_is_told_and_opens_nothing(
    open_page: OpenPage, desk_site: str, key: str, told: str
) -> None:
    page = open_page("/admin?lang=en", at=desk_site)
    _enter(page, key)

    expect(page.get_by_role("alert")).to_contain_text(told)
    expect(page.locator("#desk")).to_be_hidden()
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0


def test_the_key_is_kept_in_the_tab_alone_and_forgotten_when_one_leaves(desk: Page) -> None:
    desk.reload()
    expect(desk.locator("#desk")).to_be_visible()
    assert desk.evaluate("localStorage.length") == 0
    assert desk.evaluate("document.cookie") == ""
    desk.get_by_role("button", name="Leave").click()

    expect(desk.get_by_label("Editors’ key")).to_be_visible()
    assert desk.evaluate("sessionStorage.length") == 0
    assert ARTICLES[0].title not in desk.content()


def test_a_key_that_is_changed_on_the_server_is_asked_for_again(desk: Page) -> None:
    desk.evaluate("sessionStorage.setItem('dalil-editors-key', 'an-older-key-of-16')")
    desk.get_by_label("Not helpful").check()

    expect(desk.get_by_role("alert")).to_contain_text("The key is wrong.")
    expect(desk.locator("#desk")).to_be_hidden()


def test_the_desk_tells_what_the_collection_holds(desk: Page) -> None:
    status = _part(desk, "The collection")

    expect(status.get_by_role("term")).to_contain_text(["Articles: Arabic", "Articles: English"])
    expect(status.get_by_role("definition")).to_contain_text(["2", "2"])
    expect(_part(desk, "Articles").get_by_role("listitem")).to_have_count(len(ARTICLES))


def test_files_become_articles_and_a_bad_one_is_told_with_its_reason(desk: Page) -> None:
    _send(
        desk,
        ("قناة.md", CANAL.format("قناة السويس الجديدة")),
        ("صورة.png", "not an article"),
        ("canal.txt", f"{HOSTILE}\n\nThe canal was widened in 2015, and again later."),
    )
    files = _part(desk, "Add articles").get_by_role("listitem")

    expect(files).to_have_count(3)
    expect(files.filter(has_text="قناة السويس الجديدة")).to_contain_text("In the collection")
    expect(files.filter(has_text="صورة.png")).to_contain_text("Refused")
    expect(files.filter(has_text="صورة.png")).to_contain_text("Files of this kind")
    expect(files.filter(has_text="صورة.png").get_by_role("button")).to_have_count(0)
    expect(files.filter(has_text=HOSTILE)).to_contain_text("In the collection")
    articles = _part(desk, "Articles").get_by_role("listitem")
    expect(articles).to_have_count(len(ARTICLES) + 2)
    assert desk.locator("main img").count() == 0
    files.get_by_role("link", name="قناة السويس الجديدة").click()
    expect(desk.locator("#text")).to_have_text("افتُتحت قناة السويس في 17 نوفمبر 1869.")


def test_a_file_can_be_dropped_on_the_page(desk: Page) -> None:
    desk.evaluate(
        """text => {
          const data = new DataTransfer();
          data.items.add(new File([text], "قناة.md"));
          const options = { dataTransfer: data, bubbles: true, cancelable: true };
          document.querySelector("#drop p").dispatchEvent(new DragEvent("drop", options));
        }""",
        CANAL.format("قناة السويس الجديدة"),
    )

    expect(_part(desk, "Add articles").get_by_role("listitem")).to_contain_text("In the collection")


def test_an_article_that_is_there_already_is_replaced_only_when_one_says_so(desk: Page) -> None:
    file = _part(desk, "Add articles").get_by_role("listitem")
    _send(desk, ("a.md", CANAL.format("العنوان الأول")))
    expect(file).to_contain_text("In the collection")
    _send(desk, ("b.md", CANAL.format("العنوان الثاني")))
    expect(file.first).to_contain_text("An article with this id is there already.")
    assert "العنوان الثاني" not in (_part(desk, "Articles").text_content() or "")
    file.first.get_by_role("button", name="Replace it").click()

    expect(file.first).to_contain_text("Replaced")
    expect(_part(desk, "Articles")).to_contain_text("العنوان الثاني")
    expect(_part(desk, "Articles")).not_to_contain_text("العنوان الأول")


def test_files_of_before_are_still_listed(desk: Page) -> None:
    _send(desk, ("a.md", CANAL.format("العنوان الأول")))
    expect(_part(desk, "Add articles")).to_contain_text("In the collection")
    desk.reload()

    expect(_part(desk, "Add articles").get_by_role("listitem")).to_contain_text("In the collection")


def test_where_the_server_cannot_be_reached_it_is_said_and_can_be_tried_again(desk: Page) -> None:
    desk.route("**/v1/articles?replace=*", lambda route: route.abort())
    file = _part(desk, "Add articles").get_by_role("listitem")
    _send(desk, ("a.md", CANAL.format("العنوان الأول")))
    expect(file).to_contain_text("The server cannot be reached.")
    desk.unroute("**/v1/articles?replace=*")
    file.get_by_role("button", name="Try again").click()

    expect(file).to_contain_text("In the collection")


def test_an_article_is_deleted_only_when_one_means_it(desk: Page) -> None:
    articles = _part(desk, "Articles")
    title = ARTICLES[0].title
    delete = articles.get_by_role("button", name=f"Delete: {title}", exact=True)
    delete.click()
    expect(desk.get_by_role("dialog")).to_contain_text(title)
    desk.keyboard.press("Enter")
    expect(articles).to_contain_text(title)
    delete.click()
    desk.get_by_role("dialog").get_by_role("button", name="Delete").click()

    expect(articles.get_by_role("listitem")).to_have_count(len(ARTICLES) - 1)
    expect(articles).not_to_contain_text(title)


@pytest.mark.parametrize("query", ["البتراء الأردن", "petra-ar"])
def test_an_article_is_found_by_words_and_by_its_id(desk: Page, query: str) -> None:
    articles = _part(desk, "Articles")
    expect(articles.get_by_role("listitem").first).to_be_visible()
    articles.get_by_label("Words, or an article’s id").fill(query)
    desk.keyboard.press("Enter")

    expect(articles).to_contain_text("Found:", timeout=15_000)
    expect(articles.get_by_role("listitem").first).to_contain_text("petra-ar")


def test_questions_without_an_answer_and_ratings_are_shown(
    open_page: OpenPage, desk_site: str
) -> None:
    for _ in range(3):
        httpx2.post(f"{desk_site}/v1/ask", json={"question": "من اخترع الهاتف المحمول؟"})
    rating = {"answer_id": "a1", "rating": "down", "comment": HOSTILE, "question": "متى؟"}
    httpx2.post(f"{desk_site}/v1/feedback", json=rating)
    httpx2.post(f"{desk_site}/v1/feedback", json={"answer_id": "a2", "rating": "up"})
    page = open_page("/admin?lang=ar", at=desk_site)
    page.get_by_label("مفتاح المحررين").fill(KEY)
    page.get_by_role("button", name="ادخل").click()

    asked = _part(page, "أسئلة بلا جواب").get_by_role("listitem")
    expect(asked).to_have_count(1)
    expect(asked).to_contain_text("من اخترع الهاتف المحمول؟")
    expect(asked).to_contain_text("مرات السؤال: ٣")
    ratings = _part(page, "تقييمات القرّاء")
    expect(ratings).to_contain_text("مفيد: ١ · غير مفيد: ١")
    ratings.get_by_label("غير مفيد").check()
    expect(ratings.get_by_role("listitem")).to_have_count(1)
    expect(ratings.get_by_role("listitem")).to_contain_text(HOSTILE)
