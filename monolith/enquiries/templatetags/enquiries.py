"""The empty form on a home's page: who looks at it enters, a form that suits them leaves."""

from typing import Any

from django import template

from monolith.enquiries.forms import EnquiryForm

register = template.Library()


@register.simple_tag(takes_context=True)
def enquiry_form(context: dict[str, Any]) -> EnquiryForm:
    """Return the form that a view gave, or an empty one."""
    return context.get("form") or EnquiryForm(None, context["request"].user)
