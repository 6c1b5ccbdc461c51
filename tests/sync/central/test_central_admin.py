"""The administrator's pages, as a browser without JavaScript sees them."""

import json
import re

import pytest
import requests
from central_operations import edit, make
from central_server import Central

from sync.contract import CHANGES, RECORDS


class Browser:
    """Somebody who has logged in to the admin."""

    def __init__(self, central: Central, password: str = "пароль") -> None:
        central.add_user("chief", "пароль", "admin")
        self._url = central.url + "/admin/"
        self._http = requests.Session()
        self._http.trust_env = False
        self.submit("login/", username="chief", password=password, next="/admin/")

    def page(self, path: str) -> str:
        answer = self._http.get(self._url + path, timeout=10)
        assert answer.status_code == 200, answer.status_code
        return answer.text

    def submit(self, path: str, **values: str) -> str:
        """Fill in the form of a page: its own values stay where none is given."""
        page = self.page(path)
        fields = dict(re.findall(r'<input type="(?:hidden|text|number)" name="([^"]+)" value="([^"]*)"', page))
        answer = self._http.post(
            self._url + path, data={**fields, **values}, headers={"Referer": self._url + path}, timeout=10
        )
        assert answer.status_code == 200, answer.text[:500]
        return answer.text

    def close(self) -> None:
        self._http.close()


@pytest.fixture
def browser(central: Central) -> "object":
    visitor = Browser(central)
    yield visitor
    visitor.close()


def test_its_pages_are_in_russian(central: Central, browser: Browser) -> None:
    make(central.person("operator"))
    front = browser.page("")
    for word in ("Пользователи", "Рабочие места", "Входы", "Записи", "История изменений"):
        assert word.casefold() in front.casefold(), word
    for page in ("auth/user/", "central/station/", "central/token/", "central/record/", "central/history/"):
        assert "Ситименеджер" in browser.page(page)
    row = central.sql("SELECT row FROM records")[0][0]
    assert "Яма" in browser.page(f"central/record/{row}/change/")
    assert "operator" in browser.page("central/history/")


@pytest.mark.fault("F13")
def test_both_sides_of_a_conflict_are_here(central: Central, browser: Browser) -> None:
    """Also when the station burns down on which it waits for a decision."""
    first, second = central.person("operator"), central.person("operator")
    card = make(first)
    edit(first, card, 1, address="Озёрная, 7", author_name="Иванова")
    edit(second, card, 1, address="Озёрная, 15", author_name="Петрова")
    (op,) = central.sql("SELECT op FROM answered WHERE operation IS NOT NULL")[0]
    listed = browser.page("central/answered/")
    assert "конфликт" in listed and "Адрес, Автор" in listed and second.answer["login"] in listed
    page = browser.page(f"central/answered/{op}/change/")
    assert "Озёрная, 7" in page and "Озёрная, 15" in page
    lines = central.sql("SELECT data ->> 'record' FROM records WHERE module = 'access_log'")
    assert lines == [(card,)], "personal data were shown here"


def test_a_record_edited_here_enters_the_feed_under_the_administrators_name(central: Central, browser: Browser) -> None:
    operator = central.person("operator")
    card = make(operator)
    after = operator.get(CHANGES).json()["next"]
    row = central.sql("SELECT row FROM records")[0][0]
    browser.submit(f"central/record/{row}/change/", data='{"text": "Люк", "status": "new"}')
    (change,) = operator.get(f"{CHANGES}?after={after}").json()["changes"]
    assert (change["id"], change["data"]["text"], change["by"], change["version"]) == (card, "Люк", "chief", 2)
    browser.submit(f"central/record/{row}/delete/", post="yes")
    assert operator.get(f"{CHANGES}?after={change['seq']}").json()["changes"][0]["deleted"]
    past = operator.get(f"{RECORDS}/reports/{card}/history").json()["history"]
    assert [one["by"] for one in past[:2]] == ["chief", "chief"]


def test_a_record_is_held_to_its_declaration_here_too(central: Central, browser: Browser) -> None:
    make(central.person("operator"))
    row = central.sql("SELECT row FROM records")[0][0]
    said = browser.submit(f"central/record/{row}/change/", data='{"text": "Люк", "category": "нет такой"}')
    assert "такого варианта нет" in said
    assert central.sql("SELECT version FROM records") == [(1,)]


def test_a_norm_is_edited_here_and_held_to_its_rules(central: Central, browser: Browser) -> None:
    norm = {"key": "x", "name": "Срок", "limit": 1, "unit": "days", "citation": "решение", "season_from": "01.11"}
    central.sql("INSERT INTO records (module, id, data) VALUES ('rules', 'x', %s)", json.dumps(norm))
    row = central.sql("SELECT row FROM records")[0][0]
    assert "«Сезон по»" in browser.submit(f"central/record/{row}/change/", data=json.dumps({**norm, "limit": 2}))
    browser.submit(f"central/record/{row}/change/", data=json.dumps({**norm, "limit": 2, "season_to": "31.03"}))
    assert central.sql("SELECT data ->> 'limit', version FROM records") == [("2", 2)]


def test_a_token_revoked_here_ends_at_once(central: Central, browser: Browser) -> None:
    operator = central.person("operator")
    token = central.sql("SELECT hash FROM tokens")[0][0]
    browser.submit("central/token/", action="revoke", _selected_action=token)
    assert operator.get(CHANGES).status_code == 401


def test_a_role_is_given_on_the_users_page(central: Central, browser: Browser) -> None:
    central.sql("INSERT INTO records (module, id, data) VALUES ('organisations', 'o1', '{\"name\": \"УК Север\"}')")
    central.add_user("ivanov", "пароль", "operator")
    ivanov = central.sql("SELECT id FROM auth_user WHERE username = 'ivanov'")[0][0]
    page = browser.page(f"auth/user/{ivanov}/change/")
    assert "УК Север" in page and "Исполнитель" in page
    browser.submit(
        f"auth/user/{ivanov}/change/",
        **{"profile-0-role": "executor", "profile-0-organisation": "o1", "is_active": "on", "username": "ivanov"},
    )
    answer = central.login("ivanov").answer
    assert (answer["role"], answer["organisation"]) == ("executor", "o1")


def test_wrong_passwords_are_slowed_down_here_too(central: Central) -> None:
    visitor = Browser(central, "не тот")
    for _ in range(4):
        assert "Войти" in visitor.submit("login/", username="chief", password="не тот")
    visitor.close()
    assert central.sql("SELECT login, failures, until > now() FROM attempts") == [("chief", 5, True)]


def test_nobody_else_gets_in(central: Central) -> None:
    page = requests.get(f"{central.url}/admin/central/record/", timeout=10)
    assert "login" in page.url and "Яма" not in page.text


def test_who_is_shown_personal_data_here_is_in_the_journal_of_access(central: Central, browser: Browser) -> None:
    operator = central.person("operator")
    personal, plain = make(operator, author_phone="79001234567"), make(operator)
    for ident in (plain, personal):
        (row,) = central.sql("SELECT row FROM records WHERE id = %s", ident)
        browser.page(f"central/record/{row[0]}/change/")
    (seq,) = central.sql("SELECT seq FROM history WHERE id = %s", personal)
    browser.page(f"central/history/{seq[0]}/change/")
    lines = central.sql("SELECT data, by FROM records WHERE module = 'access_log'")
    assert [(data["act"], data["record"], data["login"], by) for data, by in lines] == [
        ("reveal", personal, "chief", "chief")
    ] * 2


def test_a_reply_is_not_marked_as_sent_without_a_confirmation_here_either(central: Central, browser: Browser) -> None:
    central.sql(
        "INSERT INTO records (module, id, data) VALUES ('replies', 'r1',"
        """ '{"report": "x", "channel": "email", "text": "Да", "status": "to_send"}')"""
    )
    (row,) = central.sql("SELECT row FROM records WHERE id = 'r1'")
    sent = '{"report": "x", "channel": "email", "text": "Да", "status": "sent"}'
    page = browser.submit(f"central/record/{row[0]}/change/", data=sent)
    assert "только с подтверждением" in page
    assert central.sql("SELECT data ->> 'status' FROM records WHERE id = 'r1'") == [("to_send",)]
