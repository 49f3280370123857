namespace Minisim;

/// <summary>The field that stands for its whole record: a spec may hold its text in place of an object, and does where no other field is set.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ShorthandAttribute : Attribute;
