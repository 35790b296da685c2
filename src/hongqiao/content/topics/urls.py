"""Addresses of the topic library, under /b/<brand>/content/topics/."""

from django.urls import path

from hongqiao.content.topics.views import gaps, library, one, proposing, sources, weighing

urlpatterns = [
    path("content/topics/", library.library, name="content_topics"),
    path("content/topics/new/", library.new, name="content_topic_new"),
    path("content/topics/propose/", proposing.proposals, name="content_propose"),
    path("content/topics/weights/", weighing.weights, name="content_topic_weights"),
    path("content/topics/export/", weighing.export, name="content_topics_export"),
    path("content/topics/gaps/", gaps.gaps, name="content_gaps"),
    path("content/topics/sources/", sources.sources, name="content_sources"),
    path("content/topics/sources/table/", sources.table, name="content_topic_table"),
    path("content/topics/<uuid:topic_id>/", one.topic, name="content_topic"),
]
