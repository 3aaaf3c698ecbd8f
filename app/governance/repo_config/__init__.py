"""`.github/acs.yml`: read strictly, merged over the organisation's defaults, explained. Base decides."""
