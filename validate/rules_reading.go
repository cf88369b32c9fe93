package validate

import "muster/internal/onboarding"

// reading describes the findings that are made while the inputs are read, so that one list tells them all.
func reading() []Rule {
	const (
		e = onboarding.Error
		n = onboarding.Note
	)
	return []Rule{
		{ID: "header-missing", Severity: e, Summary: "a sheet has every column that it cannot do without", Why: "without the column no row can be judged (our judgement)", Fix: "add a column with the heading that the message names, in any of the six languages"},
		{ID: "header-duplicate", Severity: e, Summary: "a heading stands once in a sheet", Why: "two columns of one meaning cannot both be right (our judgement)", Fix: "delete or rename one of the two"},
		{ID: "header-unknown", Severity: n, Summary: "every heading is known", Why: "an unknown column is not read; it is kept for the results", Fix: "nothing, or say with --map which field it is"},
		{ID: "header-near-miss", Severity: onboarding.Warning, Summary: "no heading is almost that of a column", Why: "a misspelt heading is not taken silently: it could mean something else (our judgement)", Fix: "correct the heading"},
		{ID: "sheet-skipped", Severity: n, Summary: "every sheet is read", Why: "hidden sheets, charts, macros and sheets without known headings are left out", Fix: "unhide the sheet, or correct its headings, if it is meant to be read"},
		{ID: "row-ragged", Severity: e, Summary: "no row is longer than the headings", Why: "a delimiter without quotes has moved its values to the right", Fix: "put values that hold the delimiter in double quotes"},
		{ID: "row-hidden", Severity: n, Summary: "hidden rows are told", Why: "rows hidden by a filter are read like all others", Fix: "delete them if they are not meant"},
		{ID: "cell-lossy", Severity: e, Summary: "no value was damaged by a spreadsheet program", Why: "scientific notation, a lost +, lost leading zeros and dates made of numbers cannot be undone by guessing", Fix: "format the column as text, and paste the value from where it came"},
		{ID: "cell-error-value", Severity: e, Summary: "no cell shows #N/A or another error of a formula", Why: "the value is not known", Fix: "mend the formula, or type the value"},
		{ID: "cell-normalised", Severity: n, Summary: "cells hold what they show", Why: "no-break spaces, zero-width and direction marks, full-width and Arabic-Indic digits and outer blanks are read as what is meant", Fix: "nothing"},
		{ID: "encoding-detected", Severity: n, Summary: "the encoding and the delimiter of a text are told", Why: "they are found out from the bytes, with a stated confidence", Fix: "nothing, or say --encoding and --delimiter"},
		{ID: "no-data", Severity: e, Summary: "the inputs hold a sheet that muster knows", Why: "there is nothing to check", Fix: "begin with the headings of docs/columns.md"},
	}
}

// memory describes the rules that need the journal or the live state, which `plan` looks at.
func memory() []Rule {
	return []Rule{
		{ID: "package-quantity-lowered", Severity: onboarding.Error, Summary: "a quantity is never lowered", Why: "a later quantity must be higher (documented by the vendor); the service does not return it, so the journal is asked", Fix: "write the quantity that was sent before, or more"},
		{ID: "package-quantity-switched", Severity: onboarding.Error, Summary: "a customer stays limited or unlimited", Why: "quantities cannot be switched on or off later (documented by the vendor)", Fix: "keep to how the customer was created"},
		{ID: "admin-package-downgrade", Severity: onboarding.Error, Summary: "an administrator is never moved to a lower package", Why: "it is not supported (documented by the vendor)", Fix: "keep the administrator's package"},
	}
}
