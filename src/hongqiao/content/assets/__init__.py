"""素材库: pictures, films, sounds, papers: what and whose they are, whether a model made them. C2; docs/assets.md."""
