"""The command line: `python cli.py --help` lists what it can do."""

# ruff: noqa: E402 - the imports below are why
import gc

# Nothing of what is imported is garbage, and to look for it would take half of the start.
gc.disable()

import typer

from commands import (
    backing_up,
    catalogue,
    customers,
    doctor,
    documents,
    evidence,
    facts,
    identity,
    person,
    printed,
    running,
    terms,
    trying,
)
from commands.setting_up import plain

gc.freeze()
gc.enable()

cli = typer.Typer(
    name="samarbete",
    help="Samarbete: collaborations between accounting offices and their customers. Settings are in docs/settings.md.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (
    running.serve,
    running.migrate,
    trying.demo,
    trying.token,
    printed.schema,
    printed.docs,
    doctor.doctor,
    backing_up.backup,
    backing_up.restore,
):
    cli.command()(plain(command))

office = typer.Typer(help="Accounting offices.", no_args_is_help=True)
office.command("add")(plain(facts.add_office))

advisor = typer.Typer(help="The advisors of offices.", no_args_is_help=True)
advisor.command("add")(plain(facts.add_advisor))
advisor.command("permission")(plain(facts.set_permission))
advisor.command("deactivate")(plain(facts.deactivate_advisor))

administrator = typer.Typer(help="Who may act for a company.", no_args_is_help=True)
administrator.command("add")(plain(facts.add_administrator))
administrator.command("remove")(plain(facts.remove_administrator))

subscription = typer.Typer(help="A company's own subscriptions.", no_args_is_help=True)
subscription.command("set")(plain(facts.set_subscription))

company = typer.Typer(help="Companies, as the services' provider knows them.", no_args_is_help=True)
company.command("register")(plain(facts.register_company))
company.add_typer(administrator, name="administrator")
company.add_typer(subscription, name="subscription")

service = typer.Typer(help="The catalogue of services.", no_args_is_help=True)
service.command("add")(plain(catalogue.add_service))

customer = typer.Typer(help="An office's register of customers.", no_args_is_help=True)
customer.command("import")(plain(customers.import_file))

of_terms = typer.Typer(help="The terms of services.", no_args_is_help=True)
of_terms.command("publish")(plain(terms.publish))

of_documents = typer.Typer(help="The documents that clients were built with.", no_args_is_help=True)
of_documents.command("check")(plain(documents.check))

of_evidence = typer.Typer(help="The evidence of approvals.", no_args_is_help=True)
of_evidence.command("export")(plain(evidence.export))

people = typer.Typer(help="What the law gives a person.", no_args_is_help=True)
people.command("export")(plain(person.export))
people.command("erase")(plain(person.erase))

of_identity = typer.Typer(help="Whom identity providers' tokens stand for.", no_args_is_help=True)
of_identity.command("link")(plain(identity.link))
of_identity.command("unlink")(plain(identity.unlink))

clock = typer.Typer(help="The clock of development.", no_args_is_help=True)
clock.command("advance")(plain(running.advance))

groups = {
    "office": office,
    "advisor": advisor,
    "company": company,
    "service": service,
    "customers": customer,
    "person": people,
    "identity": of_identity,
    "terms": of_terms,
    "documents": of_documents,
    "evidence": of_evidence,
    "clock": clock,
}
for name, group in groups.items():
    cli.add_typer(group, name=name)


if __name__ == "__main__":
    cli()
