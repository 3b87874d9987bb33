namespace K12Sync.Exporters.Tests.Exports;

/// <summary>
/// Every call of ledger and destination passes two points, one before and one after its effect. Armed with a number, the point of that
/// number throws: the world ends there, as in a crash.
/// </summary>
internal sealed class Failpoints
{
    private int _passed;
    private int? _armed;

    public int Passed => _passed;

    public string? LastName { get; private set; }

    public void Arm(int? point) => (_armed, _passed) = (point, 0);

    public void Pass(string name)
    {
        LastName = name;
        if (_passed++ == _armed)
            throw new CrashException(name);
    }
}

/// <summary>Not a type that any code under test catches.</summary>
internal sealed class CrashException(string point) : Exception($"crashed {point}");
