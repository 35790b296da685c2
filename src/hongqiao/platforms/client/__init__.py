"""How a platform is talked to: one HTTP kit for every connector, and what a connector that publishes must do."""

from hongqiao.platforms.client.publisher import Part, Payload, Publisher, Status, Submitted

__all__ = ["Part", "Payload", "Publisher", "Status", "Submitted"]
