"""Sign-in and what an account sets for itself."""

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from branch_portal.permissions import PLATFORM_WORDS
from members.actions.accounts import create_first_admin, first_admin_link, set_elder_view
from members.actions.passwords import set_password
from members.actions.secret_brake import is_spent, may_try
from members.forms.accounts import ActForForm, FirstAdminForm, NextForm, PasswordForm, SignInForm
from members.middleware import choose_acting
from members.queries.accounts import has_second_step
from members.session_state import await_code, change_demanded, change_done, enter, session_key

_TOKEN_LENGTH = 43  # of a token of the first administrator


class SignInView(LoginView):
    """The one door. `next` is followed only within this host; spent tries answer 429."""

    template_name = "registration/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    extra_context = {"page_title": "登录"}

    def get_redirect_url(self):
        """Never back to this page: whoever is signed in already would be led in a circle."""
        url = super().get_redirect_url()
        return "" if url.split("?")[0] == self.request.path else url

    def form_valid(self, form):
        """Right: in, or on to the code where the account has a second step."""
        user = form.get_user()
        if has_second_step(user):
            await_code(self.request, user, self.get_success_url())
            return redirect("accounts:second-step")
        enter(self.request, user, second_step=False)
        return HttpResponseRedirect(self.get_success_url())

    def form_invalid(self, form):
        response = super().form_invalid(form)
        if form.throttled:
            response.status_code = 429
            response["Retry-After"] = str(form.wait_minutes * 60)
        return response


@require_POST
def sign_out(request):
    logout(request)
    response = redirect("accounts:login")
    # What the browser still keeps of the pages goes too; it listens to this over HTTPS only.
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _back(request, form) -> HttpResponseRedirect:
    """Back to the page that the switch was pressed on: named by the form, else the referring page of this host."""
    for url in (
        form.cleaned_data.get("next", "") if form.is_valid() else "",
        request.headers.get("Referer", ""),
    ):
        # A place without a slash would be looked for beside this page.
        if url.startswith(("/", "http://", "https://")) and url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            return HttpResponseRedirect(url)
    return redirect("workbench")


@require_POST
def elder_view(request):
    set_elder_view(by=request.user, on=not request.user.elder_view)
    return _back(request, NextForm(request.POST))


@require_POST
def act_for(request):
    form = ActForForm(request.POST)
    if not form.is_valid() or not choose_acting(request, str(form.cleaned_data["organization"])):
        raise Http404
    # Home, not back: the page may belong to the organisation that one has just left.
    return redirect("workbench")


@require_http_methods(["GET", "HEAD", "POST"])
def password(request):
    form = PasswordForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        set_password(
            by=request.user,
            user=request.user,
            password=form.cleaned_data["password1"],
            keep_session=session_key(request),
        )
        update_session_auth_hash(request, request.user)
        change_done(request)
        messages.success(request, "密码已修改，其他设备上的登录已失效。")
        return redirect("workbench")
    return render(
        request,
        "members/password.html",
        {
            "page_title": "修改密码",
            "form": form,
            "demanded": change_demanded(request),
            "breadcrumbs": [("工作台", reverse("workbench")), ("修改密码", None)],
        },
        status=429 if form.throttled else 200,
    )


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def first_admin(request, token: str):
    """Make the first administrator; a spent, void or unknown link answers like a page that never was."""
    ip = request.META.get("REMOTE_ADDR", "")
    if is_spent("first administrator", ip=ip):
        return render(request, "members/link_busy.html", {"page_title": "稍后再试"}, status=429)
    link = first_admin_link(token)
    if link is None:
        if len(token) == _TOKEN_LENGTH:  # anything else is no try at guessing one
            may_try("first administrator", ip=ip)
        raise Http404
    form = FirstAdminForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        user = create_first_admin(
            token=token,
            username=form.cleaned_data["username"],
            display_name=form.cleaned_data["display_name"],
            password=form.cleaned_data["password1"],
        )
        if user is None:
            raise Http404
        enter(request, user, second_step=False)
        return redirect("workbench")
    kind = link.get_platform_role_display() or "首个管理员"
    context = {"page_title": f"设置{kind}", "form": form, "words": PLATFORM_WORDS.get(link.platform_role, "")}
    return render(request, "members/first_admin.html", context)
