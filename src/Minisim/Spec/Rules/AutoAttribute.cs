namespace Minisim;

/// <summary>The JSON of an unset (null) value is the text "auto" instead of null.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AutoAttribute : Attribute;
