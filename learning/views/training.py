def detail(request, uid):
    return None
