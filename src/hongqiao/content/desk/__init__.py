"""今日发布台: what is to go out today, by the hour; the hand-off to a person with a phone. docs/publishing.md."""
