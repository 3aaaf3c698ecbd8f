"""What people do with a pull request that changes `src/price.ts`."""

from collections.abc import Mapping

from tests.contract.local_github.world import SHOP, Document, World, text

PULLS = f"/repos/{SHOP}/pulls"
PRICE = "src/price.ts"


def priced(world: World, branch: str, content: str = "export const price = 2\nexport const tax = 1\n") -> int:
    return world.pull(branch, {PRICE: content})


def line(number_: int, body: str = "Why?", **more: Document) -> dict[str, Document]:
    return {"path": PRICE, "line": number_, "side": "RIGHT", "body": body, **more}


def review(world: World, login: str, pull: int, **wanted: Document) -> Document:
    with world.person(login) as person:
        answer = person.post(f"{PULLS}/{pull}/reviews", json=wanted)
        assert answer.status_code == 200, answer.text
        return answer.json()


def comment(world: World, login: str, pull: int, wanted: Mapping[str, Document]) -> Document:
    with world.person(login) as person:
        head = text(person.get(f"{PULLS}/{pull}").json(), "head", "sha")
        answer = person.post(f"{PULLS}/{pull}/comments", json={"commit_id": head, **wanted})
        assert answer.status_code == 201, answer.text
        return answer.json()


def push(world: World, branch: str, content: str) -> None:
    """Somebody changes the file on the branch."""
    world.commit({PRICE: content}, on=branch, branch=f"{branch}-next")
    with world.bot() as bot:
        git = f"/repos/{SHOP}/git"
        sha = text(bot.get(f"{git}/ref/heads/{branch}-next").json(), "object", "sha")
        assert bot.patch(f"{git}/refs/heads/{branch}", json={"sha": sha}).status_code == 200
