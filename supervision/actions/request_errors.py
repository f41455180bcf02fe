"""Why something about a work request is not done; the messages are Chinese and say what to do."""


class WorkRefused(Exception):
    """It cannot be done; the message says why."""


class WorkChanged(WorkRefused):
    """Somebody else saved it after the page was opened."""

    def __init__(self):
        super().__init__(
            "没有办理：打开页面以后，内容已被他人改过，请核对最新内容后再操作；您填写的内容都还在。"
        )


class NothingNew(WorkRefused):
    """Everything that it asks for is known already."""

    def __init__(self):
        super().__init__(
            "没有发出：所列内容系统里都已经有了，不需要再向支部要。请直接下载已有数据，或者去掉已有的项目再发。"
        )
