package validate

import "slices"

// Rules lists every rule in reading order. Adding one is writing its file and a line here.
func Rules() []Rule {
	return slices.Concat(reading(), []Rule{valueUnknown()}, templateRules(), customerRules(), packageRules(), locationRules(), userRules(), adminRules(), onlineRules())
}

func templateRules() []Rule {
	return []Rule{
		templateRequired(),
		templateDuplicate(),
		templatePSTN(),
		templateWebexCalls(),
		templateProvisioningID(),
		templateCountry(),
		templateLanguage(),
		templateUnused(),
	}
}

func customerRules() []Rule {
	return []Rule{
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
		customerGoLive(),
		customerSubPartner(),
		customerSubPartnerChanged(),
		customerAttach(),
	}
}

func packageRules() []Rule {
	return []Rule{
		packageNone(),
		packageUnknown(),
		packageCustomer(),
		packageDependency(),
		packageHeadquarters(),
		packageQuantityMissing(),
		packageQuantityZero(),
		packageQuantityInvalid(),
		packageQuantityConflict(),
		packageQuantityMixed(),
		packageQuantityNotAllowed(),
		packageQuantityExceeded(),
		packageQuantityLowered(),
		packageQuantitySwitched(),
		packageQuantityMigration(),
		packageQuantityMaximum(),
	}
}

func locationRules() []Rule {
	return []Rule{
		locationRequired(),
		locationCustomer(),
		locationDuplicate(),
		locationNameLength(),
		locationAddress(),
		locationTimeZone(),
		locationLanguage(),
		locationMainNumber(),
	}
}

func userRules() []Rule {
	return []Rule{
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
	}
}

func adminRules() []Rule {
	return []Rule{
		adminPackageParity(),
		adminPackageDowngrade(),
		adminMissing(),
		adminNotFirst(),
	}
}
