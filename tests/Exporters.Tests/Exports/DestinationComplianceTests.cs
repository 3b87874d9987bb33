using K12Sync.Domain.Exports;
using K12Sync.Exporters.Exports;

namespace K12Sync.Exporters.Tests.Exports;

/// <summary>No destination without its contract tests.</summary>
public sealed class DestinationComplianceTests
{
    private static Type[] Uncovered(IEnumerable<Type> types)
    {
        var covered = typeof(DestinationComplianceTests).Assembly.GetTypes()
            .Where(t => !t.IsAbstract).Select(ContractOf).OfType<Type>().Select(t => t.GetGenericArguments()[0]);
        return [.. types.Where(t => t is { IsAbstract: false, IsInterface: false } && t.IsAssignableTo(typeof(IDestination))).Except(covered)];
    }

    private static Type? ContractOf(Type? type) =>
        type is null || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(DestinationContract<>)) ? type : ContractOf(type.BaseType);

    [Fact]
    public void EveryDestination_HasAContractTestClass() =>
        Uncovered(typeof(FolderDestination).Assembly.GetTypes()).Should().BeEmpty("each needs a class that inherits DestinationContract<it>");

    [Fact]
    public void ADestinationWithoutContractTests_IsFound() =>
        Uncovered([typeof(FolderDestination), typeof(ScriptedDestination)]).Should().Equal(typeof(ScriptedDestination));
}
