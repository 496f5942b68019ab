"""Six scenes that show what sets the losses apart; tests take the steps and check what the sentences claim."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TourScene:
    """One scene.

    Attributes:
        title: its name.
        points: how the points stand in the address.
        left: the loss on the left, as it stands in the address.
        right: the loss on the right.
        text: what to do and what to see.
        question: to think about before the answer is opened.
        answer: the answer.
    """

    title: str
    points: str
    left: str
    right: str
    text: str
    question: str
    answer: str


SCENES = (
    TourScene(
        "Cross-entropy is content early",
        "overlapping.60.0",
        "ce",
        "sil",
        "Four classes lie mixed. Left, **cross-entropy** trains a classifier (dashed: the direction of each "
        "class); right, the **Soft Silhouette** looks at the points alone. Press Play twice. Both sort the "
        "classes out, but on the left they stay spread over a wide angle: once a point is on its side of the "
        "border, hardly anything pulls it further.",
        "Why do the points on the left also move outward, away from the center?",
        "Cross-entropy gains by making the scores larger, and a longer embedding has larger scores. The Soft "
        "Silhouette with the cosine distance sees directions only, so nothing pushes its points outward.",
    ),
    TourScene(
        "Center loss pulls, and does not push",
        "overlapping.60.0",
        "center~center.weight:0.5",
        "ce+center~center.weight:0.5",
        "**Center loss** draws every point toward the center of its class (the crosses, which move along and begin at "
        "random places). Press Play twice. On the left each class shrinks onto its cross, wherever that happens to be: "
        "nothing pushes the crosses apart. On the right cross-entropy does that at the same time.",
        "What would the best result be for center loss alone?",
        "Every point exactly on the center of its class, wherever the centers are, even all at the same place. "
        "That is why it is always used together with another loss.",
    ),
    TourScene(
        "Contrastive loss looks at pairs",
        "overlapping.60.0",
        "supcon",
        "ce",
        "**SupCon** compares every pair of points: the same class together, all others apart. Look at the arrows "
        "before you press Play: the strongest force is many times the average one, because a point amid strangers"
        " gets a push from every pair at once. Then press Play: every class becomes a narrow bundle.",
        "How many pairs do 60 points make, and how many would 6,000?",
        "1,770 and nearly 18 million. The cost of a loss on pairs grows with the square of the batch; that is "
        "what a loss on classes avoids.",
    ),
    TourScene(
        "The Soft Silhouette looks at classes",
        "imbalanced.60.0",
        "sil",
        "supcon",
        "One large class, two small ones. The **Soft Silhouette** asks of every point: is my own class nearer "
        "than the nearest other class? Press Play twice and read the loss: on the left it goes to 0 and the "
        "arrows vanish, the question is answered. On the right SupCon's loss stays far above 0, however tight the"
        " bundles are.",
        "Click a point of a small class. Where would its own loss be lowest?",
        "Anywhere in the direction of its class (blue). The shading is a wide wedge, not a spot: the direction "
        "counts, and there is no gain in standing exactly on the others.",
    ),
    TourScene(
        "Collapse, and the floor",
        "collapsed.60.0",
        "sil",
        "sil~sil.temperature:0.5",
        "All points in one spot: every distance is near 0, and a silhouette divides by the larger of two "
        "distances. The soft maximum never falls below τ·log 2, its floor, so the loss is about 1 and no force "
        "explodes. Press Play twice: on the left (τ = 0.1) the classes find their way out; on the right (τ = 0.5)"
        " the floor is higher and the forces at the start are weaker.",
        "What would happen without a floor?",
        "The division by almost nothing would make the forces enormous exactly where the points tell nothing yet."
        " The literal log-sum-exp form does that; the library's default is the normalized one.",
    ),
    TourScene(
        "Together",
        "overlapping.60.0",
        "ce",
        "ce+sil",
        "Cross-entropy alone on the left, **with the Soft Silhouette** on the right. Press Play twice. Both "
        "classify every point rightly; on the right the classes are several times narrower. That is the paper's "
        "idea: one loss for the decision, one for the shape of the space.",
        "The map of a real training: what do you expect of ce and ce+sil on handwritten digits?",
        "Open Home and press Show me, or watch the finished demo: the same two losses on real images. The classes"
        " of ce+sil stand further apart, and the silhouettes say by how much.",
    ),
)
