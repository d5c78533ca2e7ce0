"""The bytes of an estate file on their way from the browser to the spool; no temporary file of Django's has them.

Fields that stand before the file in the form are known when its first byte comes: for which Party it is, and what is to
be left out. What goes wrong is kept for the page that answers; what was written by then is gone.
"""

from collections.abc import Callable
from threading import BoundedSemaphore
from typing import IO, Any, Final, cast

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParser
from django.utils.datastructures import MultiValueDict

from cpl.estate.errors import EstateFileError
from cpl.forms.estate_upload import FILE
from cpl.spreadsheets.estate_upload import Intake, Taken

NewIntake = Callable[[QueryDict, str], Intake]
"""Where the bytes of a file of this name go, by the fields that came before it."""

AT_A_TIME: Final = BoundedSemaphore(4)
"""Uploads that one process takes in at a time: the rest of its threads answer everybody else."""

_DISK: Final = EstateFileError(
    "The file could not be kept: the service has no room for it now.", "Try again later. Nothing of it was stored."
)
_BROKE_OFF: Final = EstateFileError("The upload broke off.", "Nothing of it was stored. Upload it again.")


class FieldsFirst(FileUploadHandler):
    """Parses the request in place of Django, which does not tell its handlers what the fields before a file said."""

    chunk_size = 512 * 1024

    def __init__(self, request: HttpRequest, new_intake: NewIntake) -> None:
        super().__init__(request)
        self.receiver = Receiver(request, new_intake)

    def handle_raw_input(
        self, input_data: IO[bytes], META: dict[str, str], content_length: int, boundary: str,
        encoding: str | None = None,
    ) -> tuple[QueryDict, MultiValueDict[str, UploadedFile[Any]]]:  # fmt: skip
        """All of the request."""
        parser = _Parser(META, cast(Any, input_data), [self.receiver], encoding)
        self.receiver.fields = parser.fields
        return parser.parse()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Never asked: the request was parsed."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """As above."""


class Receiver(FileUploadHandler):
    """Takes the one file. `taken` is what came of it, `problem` why nothing did; `fields_then` stood before it."""

    chunk_size = FieldsFirst.chunk_size

    def __init__(self, request: HttpRequest, new_intake: NewIntake) -> None:
        super().__init__(request)
        self.new_intake = new_intake
        self.fields: Callable[[], QueryDict] = QueryDict
        self.intake: Intake | None = None
        self.taken: Taken | None = None
        self.problem: EstateFileError | None = None
        self.name = ""
        self.fields_then: QueryDict = QueryDict()

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        """A file begins. Raises StopUpload for a second one, or one that was not asked for."""
        super().new_file(field_name, file_name, *args, **kwargs)
        if field_name != FILE or self.intake is not None:
            self._stop(EstateFileError("More than one file was sent.", "Choose one file and upload that."))
        self.name = file_name
        self.fields_then = self.fields().copy()
        try:
            self.intake = self.new_intake(self.fields_then, file_name)
        except EstateFileError as problem:
            self._stop(problem)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """The next bytes of it. Raises StopUpload where it is refused: what still comes is thrown away unread."""
        assert self.intake is not None  # noqa: S101 - a file has begun
        try:
            self.intake.feed(raw_data)
        except EstateFileError as problem:
            self._stop(problem)
        except OSError:
            self._stop(_DISK)

    def file_complete(self, file_size: int) -> None:
        """The whole of it came, its end included."""
        assert self.intake is not None  # noqa: S101 - a file has begun
        try:
            self.taken = self.intake.finish()
        except EstateFileError as problem:
            self._stop(problem)
        except OSError:
            self._stop(_DISK)

    def upload_interrupted(self) -> None:
        """The browser went away in the middle."""
        self.drop()
        self.problem = self.problem or _BROKE_OFF

    def drop(self) -> None:
        """Take away what was written; safe to call twice."""
        self.taken = None
        if self.intake is not None:
            self.intake.drop()

    def _stop(self, problem: EstateFileError) -> None:
        self.drop()
        self.problem = problem
        raise StopUpload(connection_reset=False)


class _Parser(MultiPartParser):
    """Django's parser, which shows the fields that it has read so far."""

    _post: QueryDict

    def fields(self) -> QueryDict:
        """Those that came before what is being read."""
        return self._post
