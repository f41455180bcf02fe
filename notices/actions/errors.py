"""Why something about a notice is not done; the messages are Chinese and say what to do."""


class NoticeRefused(Exception):
    """It cannot be done; the message says why."""


class NoticeChanged(NoticeRefused):
    """Somebody else saved it after the page was opened."""

    def __init__(self):
        super().__init__(
            "没有办理：打开页面以后，这条通知已被他人改过，请核对最新内容后再操作；您填写的内容都还在。"
        )


class AnswerRefused(NoticeRefused):
    """The answer is not taken."""
