"""Which connections are used again, and what is heard on one that breaks."""

import asyncio
from contextlib import asynccontextmanager
from ipaddress import ip_network

import pytest

from scrapers.egress import Ask, Door, Refused
from scrapers.items import Reason

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@asynccontextmanager
async def server(answer):
    """Calls ``answer(number of the connection, reader, writer)`` for each connection; gives its address and them all."""
    made = []

    async def accepted(reader, writer):
        made.append(writer)
        try:
            await answer(len(made), reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(accepted, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/", made
        for writer in made:
            writer.transport.abort()


async def heard(reader):
    return await reader.readuntil(b"\r\n\r\n")


@pytest.fixture
async def door():
    async with Door(user_agent="pinkslip-test", allow_private=(ip_network("127.0.0.0/8"),)) as door:
        yield door


async def asked(door, url, times=2, **how):
    return [(await door.ask(Ask(url=url, **how))).body for _ in range(times)]


async def test_a_line_that_came_to_its_end_is_used_again(door):
    async def answer(_, reader, writer):
        while await heard(reader):
            writer.write(OK)

    async with server(answer) as (url, made):
        assert await asked(door, url, 5) == [b"ok"] * 5
    assert len(made) == 1


@pytest.mark.parametrize("late", [0, 0.05], ids=["at once", "later"])
async def test_what_is_said_unasked_answers_no_request(door, late):
    async def answer(number, reader, writer):
        await heard(reader)
        writer.write(OK)
        await asyncio.sleep(late)
        writer.write(OK.replace(b"ok", b"no") * (number == 1))
        await heard(reader)
        writer.write(OK)

    async with server(answer) as (url, made):
        first = await asked(door, url, 1)
        await asyncio.sleep(2 * late)
        assert first + await asked(door, url, 1) == [b"ok", b"ok"]
        assert len(made) == 2


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
    ],
)
async def test_a_line_that_its_other_end_gives_up_is_not_used_again(door, said):
    async def answer(_, reader, writer):
        while await heard(reader):
            writer.write(said)

    async with server(answer) as (url, made):
        assert await asked(door, url) == [b"ok"] * 2
        assert len(made) == 2


async def test_a_line_that_was_closed_meanwhile_is_dialled_anew(door):
    async def answer(_, reader, writer):
        await heard(reader)
        writer.write(OK)

    async with server(answer) as (url, made):
        first = await asked(door, url, 1)
        await asyncio.sleep(0.05)
        assert first + await asked(door, url, 1) == [b"ok", b"ok"]
        assert len(made) == 2


async def test_an_answer_that_was_not_heard_to_its_end_leaves_no_line_behind(door):
    async def answer(_, reader, writer):
        while await heard(reader):
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + b"x" * 200_000)

    async with server(answer) as (url, made):
        assert await asked(door, url, limit=1_000, truncate=True) == [b"x" * 1_000] * 2
        assert len(made) == 2


async def test_an_answer_that_comes_before_the_request_was_heard_is_heard(door):
    async def answer(_, reader, writer):
        await heard(reader)
        writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
        await writer.drain()
        await asyncio.sleep(0.1)

    async with server(answer) as (url, _):
        told = await door.ask(Ask(url=url, method="POST", body=bytes(4 * 2**20)))
        assert (told.status, told.body) == (413, b"no")


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        b"SSH-2.0\r\n\r\n",
    ],
)
async def test_what_is_no_whole_answer_is_told_as_such_and_that_the_request_was_sent(door, said):
    async def answer(_, reader, writer):
        await heard(reader)
        writer.write(said)

    async with server(answer) as (url, _):
        with pytest.raises(Refused) as refused:
            await door.ask(Ask(url=url))
        assert (refused.value.reason, refused.value.sent) == (Reason.PROTOCOL, True)


async def test_requests_at_the_same_time_have_a_line_each(door):
    async def answer(_, reader, writer):
        await heard(reader)
        await asyncio.sleep(0.05)
        writer.write(OK)
        await heard(reader)

    async with server(answer) as (url, made):
        assert await asyncio.gather(*(asked(door, url, 1) for _ in range(3))) == [[b"ok"]] * 3
        assert len(made) == 3
