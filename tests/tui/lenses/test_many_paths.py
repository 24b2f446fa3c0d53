"""What the lens on paths shows of more paths than there are rows, and of paths between arrays."""

from __future__ import annotations

import pytest

from backprop_tui.engine.timeline import Timeline
from backprop_tui.lenses.path_products import PathProducts
from backprop_tui.tui.lines import plain
from backprop_tui.tui.panels.path_words import many
from tests.tui.lenses.path_pages import ARRAYS, DIAMONDS, SIZES, Open, between, lesson, program


class TestManyPaths:
    def test_a_hundred_layers_of_diamonds(self) -> None:
        lines = Open(program(DIAMONDS, "x0 = 1.0"), "x0").text()
        assert lines[:8] == [
            "∂x100/∂x0 = 4.895e-73",
            "1-8 of 1,267,650,600,228,229,401,496,703,205,376 paths",
            "",
            "  largest first                                  product",
            "▶ x0 → b0 → x1 → a1 → x2 → a2 → … → x100       8.524e-31",
            "  x0 → a0 → x1 → … → x100                      7.889e-31",
            "  x0 → … → b99 → x100                         -5.44e-31",
            "  x0 → … → b98 → x99 → … → x100               -5.44e-31",
        ]
        assert between(lines, "Reverse mode") == [
            "Reverse mode: 2 events for ≈1.27·10^30 paths",
            "∂x100/∂x0 = ∂x100/∂a0·∂a0/∂x0 + ∂x100/∂b0·∂b0/∂x0",
            "  event  from       adds        paths",
            "✓   701  b0    2.542e-73  ≈6.34·10^29",
            "▶   702  a0    2.353e-73  ≈6.34·10^29",
            "Event 701 alone stands for",
            "633,825,300,114,114,700,748,351,602,688 paths. All paths",
            "together have ≈2.54·10^32 factors; reverse mode goes",
            "along 400 edges, each once.",
        ]
        assert "… 121 more edges" in lines
        assert lines[-1].split()[0] == "∂b0/∂x0"
        assert lines[-1].split()[-1] == "≈1.27·10^30"

    @pytest.mark.parametrize("size", SIZES)
    def test_large_numbers_give_way(self, size: tuple[int, int]) -> None:
        assert max(map(len, Open(program(DIAMONDS, "x0 = 1.0"), "x0").text(size))) <= size[0]

    def test_a_long_path_is_told_by_where_it_leaves_the_chosen_one(self) -> None:
        assert between(Open(lesson("rnn-20-steps.toml"), "h_1").text(), "largest first") == [
            "  largest first                              norm  share",
            "▶ h_1 → … → h_2 → … → h_3 → … → loss     3.675e-5    50%",
            "  h_1 → … → error₂ → loss                3.675e-5    50%",
        ]

    def test_of_many_events_those_around_the_position_are_shown(self) -> None:
        shown = Open(lesson("rnn-20-steps.toml"), "W", 146)
        lines = between(shown.text(), "event")
        assert [line.split()[0] for line in lines[1:13]] == ["✓"] * 5 + ["▶", "152", "158", "164", "170", "176", "182"]
        assert lines[13] == "  7 more after"
        shown.session.go(len(shown.session.timeline) - 10)
        lines = between(shown.text(), "event")
        assert lines[1] == "  7 more before"
        assert lines[2].startswith("✓   158")

    def test_the_list_moves_with_the_choice(self) -> None:
        shown = Open(program(DIAMONDS, "x0 = 1.0"), "x0")
        shown.lens.choose(shown.study, 40)
        assert shown.text()[1].startswith("37-44 of 1,267,650,")
        page = shown.page()
        assert page.follow is not None
        assert plain(page.line(page.follow)).startswith("▶")
        shown.lens.choose(shown.study, 10**6)
        assert f"No more than {shown.study.products.listed} paths are listed." in shown.text()
        assert shown.text()[1].startswith(f"{shown.study.products.listed - 7}-{shown.study.products.listed} of ")

    def test_too_many_paths_between_arrays_are_not_ranked(self) -> None:
        lines = Open(program(f"{ARRAYS}\ny = sum(x30)", "x0 = [1.0, 2.0]"), "x0").text()
        assert lines[1] == "1-8 of 1,073,741,824 paths"
        assert lines[3].split() == ["program", "order", "norm"]
        assert "To follow all paths between arrays would take too long:" in lines

    @pytest.mark.parametrize(
        ("count", "text"),
        [
            (0, "0"),
            (1_267_650, "1,267,650"),
            (99_999_999, "99,999,999"),
            (100_000_000, "≈1.00·10^8"),
            (2**100, "≈1.27·10^30"),
            (9_999_999_999, "≈1.00·10^10"),
            (10**4000, "over 10^4000"),
        ],
    )
    def test_a_number_of_paths_in_ten_columns(self, count: int, text: str) -> None:
        assert many(count, 10) == text


class TestArrays:
    @pytest.mark.parametrize("position", [3, 8, -1])
    def test_what_takes_long_is_not_left_to_the_page(self, position: int, monkeypatch: pytest.MonkeyPatch) -> None:
        session = program("h = tanh(W @ W)\nk = h @ W\ny = sum(k)", "W = [[1.0, 2.0], [3.0, 4.0]]")
        shown = Open(session, "W", position % (len(session.timeline) + 1))
        study = shown.study

        def never(*_: object) -> None:
            raise AssertionError

        monkeypatch.setattr(PathProducts, "send", never)
        monkeypatch.setattr(Timeline, "event", never)
        assert shown.lens.page(study, 80, 42).length > 10
        assert shown.lens.highlight(study) is not None

    def test_a_path_brings_an_array_and_has_a_norm(self) -> None:
        inputs = "W = [[1.0, 2.0], [3.0, 4.0]]\nx = [1.0, 1.0]"
        lines = Open(program("p = W @ x\nq = 2 * x\ny = sum(p + q)", inputs), "x").text((80, 42))
        assert lines[0] == "∂y/∂x = [6 8]"
        assert between(lines, "largest first") == [
            "  largest first              norm  share",
            "▶ x → p → p + q → y  [4 6]  7.211    72%",
            "  x → q → p + q → y  [2 2]  2.828    28%",
        ]
        assert between(lines, "from y back") == [
            "from y back          norm  paths",
            "seed             1  1          1",
            "∂y/∂(p + q)  [1 1]  1.414      1",
            "∂(p + q)/∂p  [1 1]  1.414      1",
            "∂p/∂x        [4 6]  7.211      2",
        ]

    def test_to_a_number_a_path_brings_a_number_with_its_sign(self) -> None:
        spiral = Open(lesson("spiral.toml"), "t")
        assert between(spiral.text(), "largest first")[:3] == [
            "  largest first          product  share",
            "▶ t → a → c → x → curve  -2.524     82%",
            "  t → r → x → curve       0.5403    18%",
        ]
        assert between(spiral.text((40, 30)), "event  from")[:4] == [
            "  event  from     adds  paths",
            "✓    14  z      0           1",
            "✓    21  r      0.5403      2",
            "▶    22  a     -2.524       2",
        ]

    def test_a_path_that_brings_all_has_all_of_the_share(self) -> None:
        found = Open(lesson("spiral.toml"), "a").text()
        assert [line.split()[-1] for line in between(found, "largest first")[1:]] == ["100%", "0%"]
