"""The form with which an official brings in what a device saved to a file."""

from werkzeug.datastructures import FileStorage
from wtforms import FileField
from wtforms.validators import ValidationError

from participa.attendance.offline import batches
from participa.core.fields import SometimesNeeded
from participa.core.forms import Form

MOST_ENTRIES = 1000  # of one file; others wait while it comes in


class QueueFileForm(Form):
    """The file of «Guardar en un archivo»."""

    file = FileField("Archivo del dispositivo", [SometimesNeeded()])

    def validate_file(self, field: FileField) -> None:
        if not isinstance(field.data, FileStorage):  # nothing, or text in its place
            raise ValidationError("Elija el archivo que guardó el dispositivo.")
        try:
            self.entries, _ = batches.read(field.data.read(), MOST_ENTRIES)
        except batches.NotABatch:
            raise ValidationError(
                "Este no es un archivo de firmas guardadas. Elija el que hizo «Guardar en un "
                "archivo»: su nombre empieza por «asistencia»."
            ) from None
