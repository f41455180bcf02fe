"""Pages of votes and elections; a record's votes hang below the record, one vote has an address of its own."""

from django.urls import path

from activities.views import elections, votes

urlpatterns = [
    path("records/<uuid:uid>/votes/", votes.votes, name="votes"),
    path("records/<uuid:uid>/votes/new/", votes.new_vote, name="vote"),
    path("records/<uuid:uid>/votes/election/", elections.new_election, name="election"),
    path("votes/<uuid:uid>/", votes.ballot_page, name="ballot"),
    path("votes/<uuid:uid>/edit/", votes.edit_vote, name="vote-edit"),
    path("votes/<uuid:uid>/withdraw/", votes.withdraw, name="vote-withdraw"),
    path("votes/<uuid:uid>/candidates/", elections.edit_election, name="election-edit"),
    path("votes/<uuid:uid>/count/", elections.count, name="election-count"),
    path("votes/<uuid:uid>/further/", elections.further, name="election-further"),
    path("votes/<uuid:uid>/reduce/", elections.reduce, name="election-reduce"),
    path("votes/<uuid:uid>/sheet/", elections.sheet, name="election-sheet"),
    path("votes/<uuid:uid>/paper/", elections.paper, name="election-paper"),
]
