"""The person without a browser sends what a browser would."""

from __future__ import annotations

from tests.benchmarks.visitor import film_of, form_of

PAGE = """
<form id="search" action="/search/"><input name="q" value="elsewhere"></form>
<textarea name="title" form="order">
Two words</textarea>
<form id="order" action="/clips/1/">
  <input type="hidden" name="revision" value="3">
  <input type="radio" name="model" value="pro">
  <input type="radio" name="model" value="standard" checked>
  <input type="checkbox" name="loud"><input type="file" name="picture">
  <select name="preset"><option value="">None</option><option value="7" selected>News</select>
  <select name="voice"><option value="">None</option></select>
  <button id="save">Save</button><button id="generate" formaction="/clips/1/generate/">Go</button>
</form>
<input type="radio" name="look" value="9" form="order" checked>
"""
SENT = {
    "title": "Two words",
    "revision": "3",
    "model": "standard",
    "preset": "7",
    "voice": "",
    "look": "9",
}


def test_the_fields_of_the_form_are_sent_wherever_they_stand() -> None:
    assert form_of(PAGE, form="order").fields == SENT


def test_the_button_decides_where_the_form_goes() -> None:
    assert form_of(PAGE, form="order", button="save").action == "/clips/1/"
    assert form_of(PAGE, form="order", button="generate").action == "/clips/1/generate/"


def test_without_a_name_it_is_the_first_form() -> None:
    assert form_of(PAGE).fields == {"q": "elsewhere"}


def test_the_film_is_what_the_player_of_the_page_plays() -> None:
    assert film_of('<p><video src="/media/v1" poster="/media/p"></video></p>') == "/media/v1"
    assert film_of("<p>No video</p>") == ""
