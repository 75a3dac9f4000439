"""The security rules of the page, each tested with HTTP requests."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from support.masters import row, write_master
from support.page import Served, served

from pipeline.serve.guard import MAX_CHANGE_BYTES, MAX_FILE_BYTES


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("画面")
    write_master(folder / "inputs" / "台帳.xlsx", [row(1)])
    with served(folder) as page:
        page.officer.until("会議用の資料ができています")
        yield page


def _only_run(site: Served) -> str:
    (run,) = (path.parent.name for path in site.output.glob("*/manifest.json"))
    return run


# ---- authentication


def test_server_listens_only_on_this_computer(site: Served) -> None:
    assert site.session.host.startswith("127.0.0.1:")
    port = int(site.session.host.rpartition(":")[2])
    with socket.socket() as other, pytest.raises(OSError, match="refused"):
        other.connect(("127.0.0.2", port))


def test_token_is_exchanged_for_a_cookie_and_removed_from_the_address(site: Served) -> None:
    opening = urlsplit(site.session.address())
    answer = site.visitor.get(f"{opening.path}?{opening.query}")
    assert (answer.status, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert opening.query.partition("=")[2] not in cookie


def test_token_works_once(site: Served) -> None:
    opening = urlsplit(site.session.address())
    address = f"{opening.path}?{opening.query}"
    assert site.visitor.get(address).status == 303
    second = site.visitor.get(address)
    assert second.status == 403
    assert "set-cookie" not in second.headers


@pytest.mark.parametrize("token", ["", "x", "%00", "あ"])
def test_wrong_token_is_rejected(site: Served, token: str) -> None:
    assert site.visitor.get(f"/open?token={quote(token)}").status == 403


@pytest.mark.parametrize("path", ["/", "/day", "/events", "/static/page.css", "/runs/a/b.pdf"])
def test_request_without_the_cookie_is_rejected(site: Served, path: str) -> None:
    assert site.visitor.get(path).status == 403
    wrong = site.visitor
    wrong.cookie = f"{site.session.cookie_name}=wrong"
    assert wrong.get(path).status == 403


def test_cookie_of_another_folder_is_rejected(site: Served, tmp_path: Path) -> None:
    with served(tmp_path) as other:
        assert other.session.cookie_name != site.session.cookie_name
        visitor = site.visitor
        visitor.cookie = other.officer.cookie
        assert visitor.get("/").status == 403


# ---- DNS rebinding


@pytest.mark.parametrize("host", ["evil.example", "localhost", "127.0.0.1", "127.0.0.1:1", "[::1]"])
@pytest.mark.parametrize("path", ["/", "/open?token=x", "/static/page.css"])
def test_foreign_host_is_rejected(site: Served, host: str, path: str) -> None:
    answer = site.officer.get(path, host=host)
    assert answer.status in {400, 421}
    assert "set-cookie" not in answer.headers


def test_two_host_headers_are_rejected(site: Served) -> None:
    port = int(site.session.host.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as raw:
        raw.sendall(
            f"GET / HTTP/1.1\r\nHost: {site.session.host}\r\nHost: evil.example\r\n"
            f"Cookie: {site.officer.cookie}\r\nConnection: close\r\n\r\n".encode()
        )
        assert raw.recv(64).split()[1] in {b"400", b"421"}


# ---- requests of other pages


_CHANGES = ["/build", "/put?name=a.xlsx", "/take", "/aside", "/mark", "/choose", "/entry", "/stop",
            "/closed", "/again"]  # fmt: skip


@pytest.mark.parametrize("path", _CHANGES)
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": "", "sec_fetch_site": "cross-site"},
        {"origin": "", "sec_fetch_site": "same-site"},
        {"origin": "", "sec_fetch_site": "none"},
        {"origin": ""},
    ],
)
def test_change_by_another_page_is_rejected(
    site: Served, path: str, headers: dict[str, str]
) -> None:
    assert site.officer.post(path, {}, **headers).status == 403
    assert site.runs


@pytest.mark.parametrize("path", _CHANGES)
def test_get_changes_nothing(site: Served, path: str) -> None:
    assert site.officer.get(path).status in {404, 405}
    assert site.officer.ask("PUT", path, b"").status == 405


def test_own_page_is_recognised_by_origin_or_sec_fetch_site(site: Served) -> None:
    officer = site.officer
    assert officer.post("/closed", {}).status == 204
    assert officer.post("/closed", {}, origin="", sec_fetch_site="same-origin").status == 204
    with officer.window():
        pass


def test_second_start_needs_the_key(site: Served) -> None:
    assert site.visitor.post("/again", {}).status == 403
    assert site.visitor.post("/again", {}, authorization="Bearer wrong").status == 403
    answer = site.visitor.post("/again", {}, authorization=f"Bearer {site.session.key}")
    assert answer.json["address"].startswith(site.session.origin)


def test_websocket_and_cross_origin_reads_are_rejected(site: Served) -> None:
    answer = site.officer.get(
        "/", connection="Upgrade", upgrade="websocket", sec_websocket_version="13",
        sec_websocket_key="dGhlIHNhbXBsZSBub25jZQ==", origin="https://evil.example",
    )  # fmt: skip
    assert answer.status != 101
    assert not any(name.startswith("access-control-") for name in answer.headers)


# ---- what a page may load


@pytest.mark.parametrize("path", ["/", "/day", "/static/page.js", "/runs/x/y.pdf", "/nothing"])
def test_every_response_has_a_strict_policy(site: Served, path: str) -> None:
    headers = site.officer.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "server" not in headers


def test_page_contains_no_external_address(site: Served) -> None:
    for path in ("/", "/day"):
        text = site.officer.get(path).text
        assert "http://" not in text.replace("http://www.w3.org", "")
        assert "https://" not in text
        assert " style=" not in text
        assert " onclick=" not in text


# ---- limits of request bodies


def test_too_large_body_is_rejected_before_it_is_read(site: Served) -> None:
    officer = site.officer
    for path, limit in (("/mark", MAX_CHANGE_BYTES), ("/put?name=a.xlsx", MAX_FILE_BYTES)):
        port = int(site.session.host.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as raw:
            raw.sendall(
                f"POST {path} HTTP/1.1\r\nHost: {site.session.host}\r\nCookie: {officer.cookie}\r\n"
                f"Origin: {site.session.origin}\r\nContent-Length: {limit + 1}\r\n\r\n".encode()
            )
            assert raw.recv(64).split()[1] == b"413"


def test_too_large_body_without_a_length_is_rejected(site: Served) -> None:
    port = int(site.session.host.rpartition(":")[2])
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with socket.create_connection(("127.0.0.1", port)) as raw:
        raw.sendall(
            f"POST /mark HTTP/1.1\r\nHost: {site.session.host}\r\n"
            f"Cookie: {site.officer.cookie}\r\nOrigin: {site.session.origin}\r\n"
            "Accept: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        )
        for _ in range(MAX_CHANGE_BYTES // 0x10000 + 1):
            raw.sendall(chunk)
        assert raw.recv(64).split()[1] == b"413"
    assert site.officer.get("/").status == 200


# ---- names of files


@pytest.mark.parametrize(
    "path",
    [
        "/runs/../inputs/台帳.xlsx",
        "/runs/%2e%2e/inputs/台帳.xlsx",
        "/runs/..%2f..%2finputs/台帳.xlsx",
        "/runs/RUN/../../inputs/台帳.xlsx",
        "/runs/RUN/..%2f..%2finputs%2f台帳.xlsx",
        "/runs/RUN/manifest.json",
        "/runs/RUN/%2fetc%2fpasswd",
        "/runs/RUN/..\\..\\inputs\\台帳.xlsx",
        "/runs//index.html",
        "/runs/./index.html",
        "/static/..%2fengine.py",
        "/static/../engine.py",
        "/static/%2fetc%2fpasswd",
    ],
)
def test_name_cannot_lead_outside_of_the_runs(site: Served, path: str) -> None:
    address = quote(path.replace("RUN", _only_run(site)), safe="/%\\")
    assert site.officer.get(address).status == 404


def test_files_of_a_run_are_served(site: Served) -> None:
    run = quote(_only_run(site))
    for name, kind in (
        ("資料１_会議用.pdf", "application/pdf"),
        ("pictures/資料１_会議用_1.png", "image/png"),
        ("資料１_会議用.docx", "application/vnd.openxmlformats"),
    ):
        answer = site.officer.get(f"/runs/{run}/{quote(name)}")
        assert answer.status == 200
        assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["content-disposition"].startswith("attachment")


def test_symbolic_link_in_a_run_is_not_served(site: Served) -> None:
    run = site.output / _only_run(site)
    secret = site.output.parent / "秘密.pdf"
    secret.write_bytes(b"%PDF-1.7")
    document = run / "資料１_会議用.pdf"
    content = document.read_bytes()
    document.unlink()
    document.symlink_to(secret)
    try:
        assert site.officer.get(f"/runs/{quote(run.name)}/{quote(document.name)}").status == 404
    finally:
        document.unlink()
        document.write_bytes(content)
