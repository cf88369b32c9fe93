package validate

import "muster/internal/onboarding"

// reading describes the findings that are made while the inputs are read, so that one list tells them all.
func reading() []Rule {
	const (
		e = onboarding.Error
		n = onboarding.Note
	)
	return []Rule{
		{ID: "header-missing", Severity: e, Summary: "a sheet has every column that it cannot do without", Why: "without the column no row can be judged (our judgement)", Fix: "add a column with the heading that the message names, in any of the six languages", Example: "External customer ID,First name,Last name,Email,Location\nerror: the sheet of users has no column \"Package\""},
		{ID: "header-duplicate", Severity: e, Summary: "a heading stands once in a sheet", Why: "two columns of one meaning cannot both be right (our judgement)", Fix: "delete or rename one of the two", Example: "External customer ID,First name,Last name,Email,Package,E-mail\nerror: the heading \"E-mail\" names the same column as the one in users.csv:1:4"},
		{ID: "header-unknown", Severity: n, Summary: "every heading is known", Why: "an unknown column is not read; it is kept for the results", Fix: "nothing, or say with --map which field it is", Example: "External customer ID,First name,Last name,Email,Package,Desk\nnote: the column \"Desk\" is not known; it is kept for the results"},
		{ID: "header-near-miss", Severity: onboarding.Warning, Summary: "no heading is almost that of a column", Why: "a misspelt heading is not taken silently: it could mean something else (our judgement)", Fix: "correct the heading", Example: "External customer ID,First name,Last name,Email,Package,Extnesion\nwarning: the heading \"Extnesion\" is not known; the column is not read"},
		{ID: "sheet-skipped", Severity: n, Summary: "every sheet is read", Why: "hidden sheets, charts, macros, sheets without known headings, and sheets of workspaces, hunt groups, devices and the like are left out", Fix: "unhide the sheet, or correct its headings, if it is meant to be read", Example: "A workbook with a sheet of instructions, Read me\nnote: the sheet \"Read me\" has no heading that is known and was not read"},
		{ID: "form-recognised", Severity: n, Summary: "a sheet in the shape of another system is told", Why: "its own headings mean fields of ours, and it leaves out what another system does not know", Fix: "nothing; --customer, --package and --location say what it leaves out", Example: "operation,serviceProviderId,groupId,userId,firstName,lastName,phoneNumber\nnote: read as a user sheet of BroadWorks"},
		{ID: "row-ragged", Severity: e, Summary: "no row is longer than the headings", Why: "a delimiter without quotes has moved its values to the right", Fix: "put values that hold the delimiter in double quotes", Example: "External customer ID,First name,Last name,Email,Package\nc1,Max,Muster, junior,max2@c1.example,Webex Meetings\nerror: the row has a value in column 6, beyond the last heading in column 5"},
		{ID: "row-hidden", Severity: n, Summary: "hidden rows are told", Why: "rows hidden by a filter are read like all others", Fix: "delete them if they are not meant", Example: "A filter hides the rows 42 to 57 of the sheet Users\nnote: rows 42 to 57 are hidden; they are read like all others"},
		{ID: "column-hidden", Severity: n, Summary: "hidden columns are told", Why: "columns that are hidden are read like all others", Fix: "delete them if they are not meant", Example: "The column Extension of the sheet Users is hidden\nnote: the column \"Extension\" is hidden; it is read like all others"},
		{ID: "cell-lossy", Severity: e, Summary: "no value was damaged by a spreadsheet program", Why: "scientific notation, a lost +, lost leading zeros and dates made of numbers cannot be undone by guessing", Fix: "format the column as text, and paste the value from where it came", Example: "Phone number: 4.93023E+11\nerror: a spreadsheet program shortened this number to \"4.93023E+11\"; digits are lost"},
		{ID: "cell-error-value", Severity: e, Summary: "no cell shows #N/A or another error of a formula", Why: "the value is not known", Fix: "mend the formula, or type the value", Example: "First name: #N/A\nerror: the cell shows \"#N/A\": a formula has no result"},
		{ID: "cell-normalised", Severity: n, Summary: "cells hold what they show", Why: "no-break spaces, zero-width and direction marks, full-width and Arabic-Indic digits and outer blanks are read as what is meant", Fix: "nothing", Example: "Extension: ５９９٩\nnote: read as \"5999\""},
		{ID: "encoding-detected", Severity: n, Summary: "the encoding and the delimiter of a text are told", Why: "they are found out from the bytes, with a stated confidence", Fix: "nothing, or say --encoding and --delimiter", Example: "A file of Excel in Germany: semicolons, and ü as one byte\nnote: read as WINDOWS-1252 (likely) with the delimiter semicolon"},
		{ID: "no-data", Severity: e, Summary: "the inputs hold a sheet that muster knows", Why: "there is nothing to check", Fix: "begin with the headings of docs/columns.md", Example: "Milk,Eggs\nerror: no sheet has headings that muster knows"},
	}
}
