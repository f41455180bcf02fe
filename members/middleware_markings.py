"""At the end of a request: what was refused for its secrecy marks is written down, also where the action was rolled back."""

from branch_portal import markings_found
from members.actions.markings import record_markings


class MarkingsMiddleware:
    """Stands inside `ActingForMiddleware`, so that the rows carry who asked and from where. Reading writes nothing."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        markings_found.drain()  # of an earlier request of this thread that ended in an error
        response = self.get_response(request)
        found = markings_found.drain()
        if found and request.method == "POST" and request.user.is_authenticated:
            record_markings(by=request.user, found=found)
        return response
