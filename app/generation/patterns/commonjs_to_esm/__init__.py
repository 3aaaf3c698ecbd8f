"""`commonjs-to-esm`: a JavaScript package goes from CommonJS to ES modules, all of its files or none."""
