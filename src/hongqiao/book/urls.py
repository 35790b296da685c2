"""Addresses of the brand book, under /b/<brand>/."""

from django.urls import path

from hongqiao.book.views import book, personas, products

urlpatterns = [
    path("book/", book.voice, name="book"),
    path("book/lines/", book.lines, name="book_lines"),
    path("book/pillars/", book.pillars, name="book_pillars"),
    path("book/personas/", personas.listed, name="book_personas"),
    path("book/products/", products.listed, name="book_products"),
    path("book/products/import/", products.taken, name="book_products_import"),
    path("book/products/export.xlsx", products.exported, name="book_products_export"),
    path("book/products/<uuid:product_id>/", products.one, name="book_product"),
]
