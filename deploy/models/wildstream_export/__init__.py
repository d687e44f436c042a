# SPDX-License-Identifier: Apache-2.0
"""What export.py is made of: loading, preparing and cutting a network, and reading what its pictures go through."""
