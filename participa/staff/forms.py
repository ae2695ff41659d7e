"""Forms of sign-in, accounts, offices and the audit trail."""

from wtforms import EmailField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, EqualTo, Length, Optional

from participa.core.forms import Form
from participa.staff.models import Role
from participa.staff.signing_in import passwords

MAX_EMAIL_LENGTH = 254
EMAIL = [
    DataRequired("Escriba el correo de la cuenta."),
    Length(max=MAX_EMAIL_LENGTH, message="Revise el correo: es demasiado largo."),
    Email("Escriba un correo completo, por ejemplo ana.rios@medellin.gov.co."),
]


class SignInForm(Form):
    email = EmailField("Correo", EMAIL)
    # More than a password may have: a longer one gets the same answer as any wrong password.
    password = PasswordField("Clave", [DataRequired("Escriba su clave."), Length(max=1000)])


class CodeForm(Form):
    code = StringField(
        "Código de la aplicación",
        [DataRequired("Escriba los seis números que muestra la aplicación."), Length(max=20)],
    )


class RecoveryCodeForm(Form):
    code = StringField(
        "Código de recuperación",
        [DataRequired("Escriba uno de sus códigos de recuperación."), Length(max=40)],
    )


class ForgotPasswordForm(Form):
    email = EmailField("Correo", EMAIL)


class NewPasswordForm(Form):
    password = PasswordField(
        "Clave nueva",
        [DataRequired("Escriba la clave nueva."), Length(max=passwords.MAX_LENGTH * 4)],
    )
    again = PasswordField(
        "La misma clave, otra vez",
        [
            DataRequired("Escriba la clave nueva otra vez."),
            Length(max=passwords.MAX_LENGTH * 4),
            EqualTo("password", "Las dos claves no son iguales. Escríbalas otra vez."),
        ],
    )


class ChangePasswordForm(NewPasswordForm):
    old = PasswordField(
        "Clave actual", [DataRequired("Escriba su clave actual."), Length(max=1000)]
    )


class ConfirmForm(Form):
    password = PasswordField("Clave", [DataRequired("Escriba su clave."), Length(max=1000)])


class AccountForm(Form):
    name = StringField(
        "Nombre completo", [DataRequired("Escriba el nombre de la persona."), Length(max=120)]
    )
    role = SelectField(
        "Función",
        [DataRequired("Elija qué podrá hacer la persona.")],
        choices=[SelectChoice(role.name, f"{role.value}: {role.explanation}") for role in Role],
    )
    office = SelectField("Dependencia", [Optional()], coerce=int)

    @property
    def chosen_role(self) -> Role:
        return Role[self.role.data]


class InviteForm(AccountForm):
    email = EmailField("Correo institucional", EMAIL)


class OfficeForm(Form):
    name = StringField(
        "Nombre oficial", [DataRequired("Escriba el nombre de la dependencia."), Length(max=200)]
    )


class NewOfficeForm(OfficeForm):
    kind = SelectField("Clase", [DataRequired("Elija la clase de dependencia.")])


class AliasForm(Form):
    alias = StringField(
        "Otro nombre con el que aparece en los documentos",
        [DataRequired("Escriba el otro nombre."), Length(max=200)],
    )
