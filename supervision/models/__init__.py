from supervision.models.fill import FormBinding, FormRun, FormTemplate, FormVersion

__all__ = ["FormBinding", "FormRun", "FormTemplate", "FormVersion"]
