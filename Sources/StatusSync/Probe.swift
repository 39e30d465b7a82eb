import AsyncHTTPClient
import Configuration
import Crypto
import Logging
let x = PackageResources.probe_sql
