namespace Minisim;

/// <summary>An extension beyond the reference: left out of the JSON while it has its default.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ExtensionAttribute : Attribute;
