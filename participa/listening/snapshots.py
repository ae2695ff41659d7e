"""A listening post as its public pages need it, cached per process by its version."""

from dataclasses import dataclass

from participa.channels.snapshots import (
    Snapshot,
    SnapshotCache,
    answering_office_id,
    columns_of,
    notice_of,
)
from participa.listening.models import ListeningPost, PostKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PostSnapshot(Snapshot):
    """The data of a post; `office_id` is the office that answers when no rule names another."""

    kind: PostKind
    place: str
    territory: str
    link: str
    hours: str
    supports: str
    takes_voice: bool
    takes_photos: bool
    office_id: int | None
    office_name: str

    @property
    def purpose(self) -> str:
        """The purpose signed into the form's token, which is valid for this post only."""
        return f"listening.contribute:{self.code}"


def snapshot_of(post: ListeningPost) -> PostSnapshot:
    """The snapshot of a post; also of a draft, for its preview."""
    notice, variables = notice_of(post)
    own = {"notice": notice, "variables": variables, "office_id": answering_office_id(post)}
    name = post.office.name if post.office else ""
    return PostSnapshot(**columns_of(post, PostSnapshot) | own, office_name=name)


SNAPSHOTS = SnapshotCache(ListeningPost, "code", snapshot_of)
