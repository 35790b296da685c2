"""Addresses of production, under /b/<brand>/content/; and the one that a review link opens, outside any brand."""

from django.urls import path

from hongqiao.content.production.views import board, outside, piece

urlpatterns = [
    path("content/", board.home, name="content_home"),
    path("content/board/", board.board, name="content_board"),
    path("content/pieces/", board.pieces, name="content_pieces"),
    path("content/pieces/new/", board.new, name="content_piece_new"),
    path("content/pieces/<uuid:piece_id>/", piece.piece, name="content_piece"),
    path("content/pieces/<uuid:piece_id>/half/", piece.half, name="content_piece_half"),
    path("content/pieces/<uuid:piece_id>/<slug:tab>/", piece.piece, name="content_piece_tab"),
]
outside_patterns = [
    path("r/<str:token>/", outside.review, name="review_link"),
    path("r/<str:token>/<uuid:asset_id>/", outside.picture, name="review_picture"),
]
