using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>How a unit of work stands.</summary>
public enum UnitStatus
{
    /// <summary>Not begun, or begun by a worker that is gone.</summary>
    Pending,
    /// <summary>A worker is at it.</summary>
    Running,
    /// <summary>Done.</summary>
    Done,
    /// <summary>It failed; its log says why.</summary>
    Failed,
}
