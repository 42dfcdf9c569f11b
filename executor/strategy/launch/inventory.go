package launch

import (
	"pylint-deploy/executor/strategy/config"
	"pylint-deploy/parser/inventory"
	"pylint-deploy/parser/vars"
)

// InventoryOptions are what the settings say of inventories. The caller adds who evaluates and who is warned.
func InventoryOptions(c *config.Config, keys *vars.Keyring) inventory.Options {
	return inventory.Options{Decrypt: keys.Decrypt(), MergeHashes: c.Str("DEFAULT_HASH_BEHAVIOUR") == "merge",
		Strict: c.Bool("INVENTORY_ANY_UNPARSED_IS_FAILED"), Needed: c.Bool("INVENTORY_UNPARSED_IS_FAILED"), Quiet: !c.Bool("INVENTORY_UNPARSED_WARNING"),
		IgnoredSuffixes: c.List("INVENTORY_IGNORE_EXTS"), IgnoredNames: c.List("INVENTORY_IGNORE_PATTERNS"), Plugins: c.List("INVENTORY_ENABLED"),
		Mismatch: c.Str("HOST_PATTERN_MISMATCH"), GroupChars: c.Str("TRANSFORM_INVALID_GROUP_CHARS"), UseExtra: c.Bool("INVENTORY_USE_EXTRA_VARS")}
}
