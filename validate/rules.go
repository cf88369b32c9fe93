package validate

import "slices"

// Rules lists every rule in reading order. Adding one is writing its file and a line here.
func Rules() []Rule {
	return slices.Concat(reading(), []Rule{
		templateRequired(),
		templateDuplicate(),
		templatePSTN(),
		templateWebexCalls(),
		templateProvisioningID(),
		templateCountry(),
		templateLanguage(),
		templateUnused(),

		customerRequired(),
		customerName(),
		customerAdminEmail(),
		customerExternalID(),
		customerTemplate(),
		customerCountry(),
		customerAddress(),
		customerSupportedLocation(),
		customerLanguage(),
		customerRegion(),
		customerE911(),

		packageNone(),
		packageUnknown(),
		packageCustomer(),
		packageDependency(),
		packageQuantityMissing(),
		packageQuantityZero(),
		packageQuantityInvalid(),
		packageQuantityMixed(),
		packageQuantityNotAllowed(),
		packageQuantityExceeded(),
		packageQuantityMigration(),
		packageQuantityMaximum(),

		locationRequired(),
		locationCustomer(),
		locationDuplicate(),
		locationNameLength(),
		locationAddress(),
		locationTimeZone(),
		locationLanguage(),
		locationMainNumber(),

		userRequired(),
		userCustomer(),
		userEmail(),
		userEmailDuplicate(),
		userPackage(),
		userLocation(),
		userNumberOrExtension(),
		userPhone(),
		userPhoneDuplicate(),
		userPhoneCountry(),
		userPhoneTollFree(),
		userExtension(),
		userExtensionDuplicate(),
		userRole(),
		userCallingFieldsIgnored(),

		adminPackageParity(),
		adminMissing(),
		adminNotFirst(),
	}, memory())
}
