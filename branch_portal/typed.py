"""What people type, as forms take it: without what nobody can see, and what only breaks pages refused in words.

Text is pasted from Word, from chats, from other systems, and brings along characters without a picture: control characters,
which .xlsx and .docx cannot hold, and marks of direction and of no width, with which one name looks like another. Nobody
typed them, so they go without a word. Joiners and variation selectors stay: emoji and rare characters are made with them.
"""

import re

from django import forms
from django.core.validators import ProhibitNullCharactersValidator

#: Ends of lines of all kinds; Word's own is a vertical tab.
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f]"
)
_WORTH_A_LOOK = re.compile(f"{_UNSEEN.pattern}|{_LINE_ENDS.pattern}|[\n\t]")
#: Tibetan and Vietnamese pile up three or four.
_PILE = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{9}")
_PILED_UP = "“{}”后面叠加了过多的附加符号，请删去后重新填写。"
_NO_LETTERS = "含有看不见的空字符，请删去后重新输入，不要从别处粘贴。"

# Django's own words for it, as translated, say something else.
ProhibitNullCharactersValidator.message = _NO_LETTERS


def tidied(text: str, *, lines: bool) -> str:
    """The text without unseen characters; one line of it unless it may have several. A NUL stays: it is refused."""
    if not _WORTH_A_LOOK.search(text):
        return text
    text = _UNSEEN.sub("", _LINE_ENDS.sub("\n", text))
    return text if lines else re.sub("[\n\t]+", " ", text)


class TypedTextMixin(forms.BaseForm):
    """What is typed comes tidied to the fields. Every form has it; a password is taken as it is."""

    def _widget_data_value(self, widget, html_name):
        found = super()._widget_data_value(widget, html_name)
        if not isinstance(found, str) or isinstance(widget, forms.PasswordInput):
            return found
        return tidied(found, lines=isinstance(widget, forms.Textarea))

    def _clean_fields(self):
        super()._clean_fields()
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str) and (pile := _PILE.search(value)):
                self.add_error(name, _PILED_UP.format(value[max(pile.start() - 10, 0) : pile.start()]))
